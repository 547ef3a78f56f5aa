import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where Debian's package puts Chromium, with a Vulkan loader and the software device SwiftShader. */
const CHROMIUM = '/usr/lib/chromium';

/**
 * The environment in which a program finds a Vulkan device that computes on the CPU; nothing where there is none.
 * @param {string} [folder]
 * @returns {Record<string, string>}
 */
export function softwareDevice(folder = CHROMIUM) {
  const driver = join(folder, 'vk_swiftshader_icd.json');
  if (!existsSync(driver)) return {};
  const before = process.env['LD_LIBRARY_PATH'];
  return {
    VK_ICD_FILENAMES: driver,
    LD_LIBRARY_PATH: before === undefined ? folder : `${folder}:${before}`,
    // Its loader wants one, and containers have none.
    XDG_RUNTIME_DIR: process.env['XDG_RUNTIME_DIR'] ?? tmpdir(),
  };
}
