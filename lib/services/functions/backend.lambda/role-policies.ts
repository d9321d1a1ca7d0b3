/** Who may take the role of a tenant's code. */
export const trustPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

/**
 * All that a tenant's code may do: write the log of that tenant. The permissions boundary would allow the logs of all
 * tenants, so this is what keeps them apart.
 */
export const ownLogPolicy = (logGroupArn: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: `${logGroupArn}:log-stream:*`,
      },
    ],
  });
