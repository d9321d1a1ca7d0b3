import type { InstanceStateName } from '@aws-sdk/client-ec2';
import type { Scope } from '../ec2/store/collection.ts';

export interface InstanceView {
  vpcId: string;
  zone: string;
  state: InstanceStateName;
}

export interface SubnetView {
  vpcId: string;
  zone: string;
  freeAddresses: number;
}

export interface InterfaceRequest {
  subnetId: string;
  groupIds: string[];
  /** Whether it has a public address. */
  isPublic: boolean;
  /** `ELB app/<name>/<id>`, as AWS writes it. */
  description: string;
}

/** All that Elastic Load Balancing asks of EC2. */
export interface Ec2View {
  /** Undefined for one that is not there, or no longer shown. */
  instance(scope: Scope, instanceId: string): InstanceView | undefined;
  subnet(scope: Scope, subnetId: string): SubnetView | undefined;
  hasVpc(scope: Scope, vpcId: string): boolean;
  hasInternetGateway(scope: Scope, vpcId: string): boolean;
  /** The VPC of a security group. */
  vpcOfGroup(scope: Scope, groupId: string): string | undefined;
  defaultGroup(scope: Scope, vpcId: string): string | undefined;
  /** Takes an address of the subnet, and keeps subnet and groups from being deleted. Answers the interface's id. */
  attachInterface(scope: Scope, request: InterfaceRequest): string;
  detachInterface(scope: Scope, interfaceId: string): void;
  setInterfaceGroups(scope: Scope, interfaceId: string, groupIds: string[]): void;
  /** Told, once it is committed, of an instance whose state or served ports have changed. */
  watch(listener: (scope: Scope, instanceId: string) => void): () => void;
  /** The port of 127.0.0.1 at which an instance's own port is served; undefined where nothing listens. */
  reach(instanceId: string, port: number): number | undefined;
}
