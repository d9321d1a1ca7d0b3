import type { SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { addressOf } from '../../aws/ses/address.ts';
import type { Need } from '../request.ts';
import { arnOf, type ServiceNeeds } from './call-needs.ts';

/**
 * Sending is checked against the verified identity that the sender belongs to, which is its address or its domain.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html
 */
export const ses: ServiceNeeds = {
  SendEmail: (input: SendEmailCommandInput, place): Need[] => {
    const from = addressOf(input.FromEmailAddress ?? '');
    const { ToAddresses = [], CcAddresses = [], BccAddresses = [] } = input.Destination ?? {};
    const context = {
      'ses:fromaddress': from,
      'ses:recipients': [...ToAddresses, ...CcAddresses, ...BccAddresses].map(addressOf),
      'ses:apiversion': '2',
    };
    const identities = input.FromEmailAddressIdentityArn
      ? [input.FromEmailAddressIdentityArn]
      : [from.slice(from.lastIndexOf('@') + 1), from].map((one) => arnOf('ses', place, `identity/${one}`));
    const needs: Need[] = [{ action: 'ses:SendEmail', resources: identities, context }];
    if (input.ConfigurationSetName)
      needs.push({
        action: 'ses:SendEmail',
        resources: [arnOf('ses', place, `configuration-set/${input.ConfigurationSetName}`)],
        context,
      });
    return needs;
  },
};
