import { reconcileAutoscalingHandler } from '../../lib/app/reconcile-autoscaling.ts';

export const handler = reconcileAutoscalingHandler();
