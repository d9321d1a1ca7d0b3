/** What an operator or a test can turn while the stand-in runs. Not kept over a restart. */
export interface Settings {
  /** From `provisioning` to `active`, for balancers made from now on. */
  provisioningMilliseconds: number;
  /** Health checks come this often, or as often as the target group asks if that is more. AWS's shortest is 5,000. */
  probeMilliseconds: number;
}
