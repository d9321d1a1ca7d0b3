const part = /^([2-4]\d\d)(?:-([2-4]\d\d))?$/;

/** Whether it lists status codes from 200 to 499 as AWS takes them: `200`, `200,302`, `200-299,404`. */
export const isMatcher = (text: string): boolean =>
  text.split(',').every((range) => {
    const [, low = '', high = low] = part.exec(range) ?? [];
    return low !== '' && low <= high;
  });

export const matches = (matcher: string, status: number): boolean =>
  matcher.split(',').some((range) => {
    const [low, high = low] = range.split('-').map(Number);
    return low !== undefined && high !== undefined && status >= low && status <= high;
  });
