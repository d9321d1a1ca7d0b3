/** A plain HTTP client of the platform's API, as a user would write one. */

export interface Answer<T = unknown> {
  status: number;
  headers: Headers;
  /** The parsed body, or the text of a body that is not JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects
  body: any;
  /** `data` of the envelope. */
  data: T;
  text: string;
}

export interface RequestOptions {
  body?: unknown;
  headers?: Record<string, string>;
  /** `undefined`: the client's own key; `null`: none. */
  key?: string | null;
}

export class ApiClient {
  readonly url: string;
  readonly key: string | undefined;

  constructor(url: string, key?: string) {
    this.url = url;
    this.key = key;
  }

  as(key: string): ApiClient {
    return new ApiClient(this.url, key);
  }

  async request<T = unknown>(method: string, path: string, options: RequestOptions = {}): Promise<Answer<T>> {
    const headers: Record<string, string> = { ...options.headers };
    const key = options.key === undefined ? this.key : options.key;
    if (key) headers['x-api-key'] = key;
    const raw = typeof options.body === 'string' || options.body instanceof Uint8Array;
    if (options.body !== undefined && !raw) headers['content-type'] ??= 'application/json';
    const response = await fetch(this.url + path, {
      method,
      headers,
      body:
        options.body === undefined
          ? undefined
          : raw
            ? (options.body as string)
            : JSON.stringify(options.body),
      redirect: 'manual',
    });
    const text = await response.text();
    let body: unknown = text;
    if (response.headers.get('content-type')?.includes('json') && text) body = JSON.parse(text);
    return {
      status: response.status,
      headers: response.headers,
      body,
      data: (body as { data: T })?.data,
      text,
    };
  }

  get<T = unknown>(path: string, options?: RequestOptions) {
    return this.request<T>('GET', path, options);
  }
  post<T = unknown>(path: string, body?: unknown, options?: RequestOptions) {
    return this.request<T>('POST', path, { ...options, body });
  }
  put<T = unknown>(path: string, body?: unknown, options?: RequestOptions) {
    return this.request<T>('PUT', path, { ...options, body });
  }
  patch<T = unknown>(path: string, body?: unknown, options?: RequestOptions) {
    return this.request<T>('PATCH', path, { ...options, body });
  }
  delete<T = unknown>(path: string, options?: RequestOptions) {
    return this.request<T>('DELETE', path, options);
  }
}

export interface Account {
  id: string;
  email: string;
  password: string;
  api: ApiClient;
}

let serial = 0;

/** Registers a user and logs in. @throws Error with the answer where either is refused */
export const newAccount = async (url: string, label = 'user'): Promise<Account> => {
  const anonymous = new ApiClient(url);
  const email = `${label}-${process.pid}-${Date.now()}-${serial++}@example.com`;
  const password = 'Correct-horse-battery-9';
  const registered = await anonymous.post<{ id: string }>('/auth/register', {
    email,
    password,
    name: `Test ${label}`,
  });
  if (registered.status !== 201)
    throw new Error(`register answered ${registered.status}: ${registered.text}`);
  const login = await anonymous.post<{ api_key: string }>('/auth/login', { email, password });
  if (login.status !== 200) throw new Error(`login answered ${login.status}: ${login.text}`);
  return { id: registered.data.id, email, password, api: anonymous.as(login.data.api_key) };
};
