/** A machine that EC2 does not show this long after it was asked for is not there. EC2 is eventually consistent:
 *  https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html */
export const consistencyMilliseconds = 60_000;
