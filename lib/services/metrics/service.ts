export {
  GroupSamples,
  minuteOf,
  readGroupSamples,
  samplesPartition,
  writeGroupSamples,
} from './group-samples.ts';
export { startMetering, stopMetering } from './metered.ts';
