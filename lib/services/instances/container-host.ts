import type { PortMapping } from './ports.ts';

/**
 * Cloud-init user data that runs a container image on Amazon Linux 2023, now and after every boot. What the container
 * writes goes to the console too, which is where `GET /instances/:id/logs` reads it.
 *
 * @param reference checked by `classifyImage`, so it holds nothing that a shell or systemd would expand
 */
export const containerUserData = (reference: string, published: readonly PortMapping[]): string => {
  const publish = published.map(({ host, container }) => `--publish ${host}:${container} `).join('');
  return `#!/bin/bash
set -euo pipefail
cat > /etc/systemd/system/workload.service <<'UNIT'
[Unit]
Description=${reference}
Requires=docker.service
After=docker.service network-online.target

[Service]
ExecStartPre=-/usr/bin/docker rm --force workload
ExecStart=/usr/bin/docker run --name workload --log-driver none ${publish}${reference}
ExecStop=/usr/bin/docker stop workload
Restart=always
RestartSec=5
StandardOutput=journal+console
StandardError=journal+console

[Install]
WantedBy=multi-user.target
UNIT
dnf install --assumeyes docker
systemctl daemon-reload
systemctl enable --now docker.service workload.service
`;
};
