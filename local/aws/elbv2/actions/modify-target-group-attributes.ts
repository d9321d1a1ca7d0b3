import type {
  ModifyTargetGroupAttributesInput,
  ModifyTargetGroupAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { defineAction } from '../engine/action.ts';
import { attributeList, changedAttributes, targetGroupAttributes } from '../rules/attributes.ts';
import { getTargetGroup } from '../rules/lookup.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyTargetGroupAttributes.html */
export const modifyTargetGroupAttributes = defineAction<
  ModifyTargetGroupAttributesInput,
  ModifyTargetGroupAttributesOutput
>({
  required: ['TargetGroupArn', 'Attributes'],
  perform({ TargetGroupArn: arn, Attributes: changes = [] }, call) {
    const group = getTargetGroup(arn, call);
    const attributes = changedAttributes(targetGroupAttributes, group.attributes, changes);
    call.groups.put({ ...group, attributes });
    return { Attributes: attributeList(attributes) };
  },
});
