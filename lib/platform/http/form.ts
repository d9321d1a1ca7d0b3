import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import busboy from 'busboy';
import { rawBody } from './body.ts';
import { invalidInput } from './issues.ts';
import { unsafeText } from './text.ts';

/** Bounds of a form beyond that of the whole body. */
const limits = { fieldNameSize: 100, fieldSize: 65_536, fields: 50, files: 5, parts: 55 };

const malformed = (message: string, cause?: unknown) => invalidInput([{ path: 'body', message }], cause);

/**
 * A `multipart/form-data` body as an object: fields as text, files as base64 text, as a JSON body would hold them.
 * @throws CloudError `INVALID_INPUT` for what is no form, is cut off, holds a name twice or goes beyond the bounds
 */
export const readForm = (event: APIGatewayProxyEventV2): Promise<Record<string, string>> =>
  new Promise((resolve, reject) => {
    const values: Record<string, string> = Object.create(null);
    const take = (name: string, value: string): void => {
      const reason = unsafeText(name) ?? unsafeText(value);
      if (reason) reject(invalidInput([{ path: name, message: reason }]));
      else if (name in values) reject(invalidInput([{ path: name, message: 'is given more than once' }]));
      else values[name] = value;
    };
    let parser: busboy.Busboy;
    try {
      parser = busboy({ headers: { 'content-type': event.headers['content-type'] }, limits });
    } catch (error) {
      reject(malformed('must be a well-formed form', error));
      return;
    }
    parser.on('field', (name, value, { nameTruncated, valueTruncated }) => {
      if (nameTruncated || valueTruncated) reject(malformed('has a field that is too long'));
      else take(name, value);
    });
    parser.on('file', (name, file) => {
      const chunks: Buffer[] = [];
      file.on('data', (chunk: Buffer) => chunks.push(chunk));
      file.on('error', (error) => reject(malformed('must be a well-formed form', error)));
      file.on('end', () => take(name, Buffer.concat(chunks).toString('base64')));
    });
    for (const limit of ['fieldsLimit', 'filesLimit', 'partsLimit'] as const)
      parser.on(limit, () => reject(malformed('has too many parts')));
    parser.on('error', (error) => reject(malformed('must be a well-formed form', error)));
    parser.on('close', () => resolve(values));
    parser.end(rawBody(event));
  });
