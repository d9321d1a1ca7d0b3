import { references } from './references.ts';
import { TemplateError } from './template-error.ts';
import type { Template, TemplateResource } from './types.ts';

const dependencies = (resource: TemplateResource): string[] => [
  ...references(resource.Properties),
  ...(typeof resource.DependsOn === 'string' ? [resource.DependsOn] : (resource.DependsOn ?? [])),
];

/**
 * The template's resources in an order in which each comes after all that it refers to or depends on; otherwise as
 * they stand in the template.
 *
 * @throws TemplateError naming the circle where there is one
 */
export const inOrder = (stackName: string, template: Template): [string, TemplateResource][] => {
  const resources = template.Resources ?? {};
  const ordered: [string, TemplateResource][] = [];
  const done = new Set<string>();
  const visit = (logicalId: string, path: readonly string[]): void => {
    const resource = resources[logicalId];
    if (!resource || done.has(logicalId)) return;
    if (path.includes(logicalId))
      throw new TemplateError(`${stackName}: circular dependency ${[...path, logicalId].join(' → ')}`);
    for (const dependency of dependencies(resource)) visit(dependency, [...path, logicalId]);
    done.add(logicalId);
    ordered.push([logicalId, resource]);
  };
  for (const logicalId of Object.keys(resources)) visit(logicalId, []);
  return ordered;
};
