import type { Role } from '@aws-sdk/client-iam';
import type { RoleRecord } from './store.ts';

/** A role as IAM shows it: documents are percent-encoded. */
export const roleOf = ({
  path,
  name,
  id,
  arn,
  description,
  trust,
  boundary,
  tags,
  createdAt,
}: RoleRecord): Role => ({
  Path: path,
  RoleName: name,
  RoleId: id,
  Arn: arn,
  CreateDate: new Date(createdAt),
  AssumeRolePolicyDocument: encodeURIComponent(trust),
  ...(description !== undefined && { Description: description }),
  ...(boundary !== undefined && {
    PermissionsBoundary: {
      PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
      PermissionsBoundaryArn: boundary,
    },
  }),
  ...(tags.length > 0 && { Tags: tags }),
});
