import { AwsError } from '../../stand-in.ts';
import { invalidParameterValue } from '../rules/errors.ts';

/** Before encoding. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html */
const maxUserDataBytes = 16_384;

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** @throws InvalidUserData.Malformed when it isn't base64, InvalidParameterValue when it is too long */
export const checkUserData = (userData: string): void => {
  const compact = userData.replaceAll(/\s/g, '');
  if (!base64.test(compact))
    throw new AwsError('InvalidUserData.Malformed', 'Invalid BASE64 encoding of user data.');
  if (Buffer.byteLength(compact, 'base64') > maxUserDataBytes)
    throw invalidParameterValue(`User data is limited to ${maxUserDataBytes} bytes`);
};
