import { execFileSync, spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from './freePort.ts';

export interface SshServer {
  /** Folder of a program `ssh` that knows the hosts `one` and `two`, both this machine. */
  bin: string;
  stop: () => void;
}

/** Where sshd keeps what it has cut off; it does not start without. */
const PRIVILEGES = '/run/sshd';

/**
 * An OpenSSH server on the loopback address, with a key of its own. Debian's wants an account `sshd`, which a
 * wrapper of the system's calls pretends.
 */
export async function startSshServer(root: string, folder: string): Promise<SshServer> {
  const own = (name: string): string => path.join(folder, name);
  mkdirSync(own('bin'), { recursive: true });
  for (const key of ['id', 'host'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', own(key)]);
  copyFileSync(own('id.pub'), own('authorized_keys'));
  const port = await freePort();
  const libraries = path.join(root, 'usr/lib/x86_64-linux-gnu');
  const session = `PATH=${root}/usr/bin:${path.dirname(process.execPath)}:/usr/bin:/bin`;
  writeFileSync(
    own('sshd.conf'),
    `Port ${port}
ListenAddress 127.0.0.1
HostKey ${own('host')}
AuthorizedKeysFile ${own('authorized_keys')}
PasswordAuthentication no
UsePAM no
StrictModes no
PidFile none
SetEnv ${session} LD_LIBRARY_PATH=${libraries}
`,
  );
  const hosts = ['one', 'two'].map((name) => `Host ${name}\n  HostName 127.0.0.1`);
  writeFileSync(
    own('config'),
    `${hosts.join('\n')}
Host *
  User ${userInfo().username}
  Port ${port}
  IdentityFile ${own('id')}
  StrictHostKeyChecking no
  UserKnownHostsFile ${own('known_hosts')}
  LogLevel ERROR
`,
  );
  writeFileSync(own('bin/ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${own('config')} "$@"\n`, {
    mode: 0o755,
  });
  const account = 'sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n';
  writeFileSync(own('passwd'), `${readFileSync('/etc/passwd', 'utf8')}${account}`);
  copyFileSync('/etc/group', own('group'));
  const made = !existsSync(PRIVILEGES);
  if (made) mkdirSync(PRIVILEGES);
  const server = spawn(path.join(root, 'usr/sbin/sshd'), ['-D', '-e', '-f', own('sshd.conf')], {
    env: {
      ...process.env,
      LD_LIBRARY_PATH: libraries,
      LD_PRELOAD: path.join(libraries, 'libnss_wrapper.so'),
      NSS_WRAPPER_PASSWD: own('passwd'),
      NSS_WRAPPER_GROUP: own('group'),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  server.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const stop = (): void => {
    server.kill();
    if (made) rmdirSync(PRIVILEGES);
  };
  for (const end = Date.now() + 10_000; Date.now() < end;) {
    if (said.includes('Server listening')) return { bin: own('bin'), stop };
    await setTimeout(50);
  }
  stop();
  throw new Error(`sshd does not start: ${said}`);
}
