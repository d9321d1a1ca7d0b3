import { substituted } from './substitute.ts';
import { isRecord } from './types.ts';

/** Names that a part of a template refers to through `Ref`, `Fn::GetAtt` and `Fn::Sub`, pseudo parameters included. */
export const references = (value: unknown, found = new Set<string>()): Set<string> => {
  if (Array.isArray(value)) {
    for (const item of value) references(item, found);
    return found;
  }
  if (!isRecord(value)) return found;
  for (const [key, operand] of Object.entries(value)) {
    if (key === 'Ref' && typeof operand === 'string') found.add(operand);
    else if (key === 'Fn::GetAtt') {
      const [logicalId] = Array.isArray(operand) ? operand : String(operand).split('.');
      found.add(String(logicalId));
    } else if (key === 'Fn::Sub') {
      const [text, own] = Array.isArray(operand) ? operand : [operand, {}];
      for (const name of substituted(String(text), own)) found.add(name.split('.')[0] ?? '');
      references(own, found);
    } else references(operand, found);
  }
  return found;
};
