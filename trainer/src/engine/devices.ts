import { existsSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';

/** The graphics cards of this machine, and what their drivers are known by. */
export interface Devices {
  /** Empty if there is no GPU; any provider then runs on a software emulation. */
  gpus: readonly string[];
  /** Changes when a driver does. */
  drivers: readonly string[];
}

interface DeviceFiles {
  list: (folder: string) => string[];
  /** Null where there is no such file. */
  read: (file: string) => string | null;
  exists: (file: string) => boolean;
}

const VENDORS: Readonly<Record<string, string>> = {
  '0x10de': 'NVIDIA',
  '0x1002': 'AMD',
  '0x8086': 'Intel',
  '0x106b': 'Apple',
};

/** On Linux as the kernel lists them; elsewhere the system always has one. */
export function devicesHere(
  platform: NodeJS.Platform = process.platform,
  files = systemFiles,
): Devices {
  const release = `${platform} ${os.release()}`;
  const chosen = [process.env['VK_ICD_FILENAMES'], process.env['VK_DRIVER_FILES']];
  const drivers = [release, ...chosen.filter((name) => name !== undefined)];
  if (platform !== 'linux') return { gpus: [`the GPU of ${os.arch()}`], drivers };
  const nvidia = files.read('/proc/driver/nvidia/version');
  const cards = files
    .list('/sys/class/drm')
    .filter((name) => /^card\d+$/.test(name))
    .flatMap((name) => cardName(files, `/sys/class/drm/${name}/device`));
  // A card that is lent to a container, or by Windows to WSL, is not in that list.
  const lent = [
    ...(cards.length === 0 && nvidia !== null ? ['NVIDIA'] : []),
    ...(files.exists('/dev/dxg') ? ['the GPU of Windows'] : []),
  ];
  const first = nvidia?.split('\n')[0];
  return { gpus: [...cards, ...lent], drivers: [...drivers, ...(first ? [first] : [])] };
}

function cardName(files: DeviceFiles, folder: string): string[] {
  const vendor = files.read(`${folder}/vendor`)?.trim();
  const name = vendor === undefined ? undefined : VENDORS[vendor];
  if (name === undefined) return [];
  return [`${name} ${files.read(`${folder}/device`)?.trim() ?? ''}`.trim()];
}

const systemFiles: DeviceFiles = {
  list: (folder) => (existsSync(folder) ? readdirSync(folder) : []),
  read: (file) => (existsSync(file) ? readFileSync(file, 'utf8') : null),
  exists: existsSync,
};
