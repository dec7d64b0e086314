import { fileURLToPath } from 'node:url';

// A build joins modules into few files, so no module may look for files beside itself.
const folder = new URL(import.meta.url.slice(0, import.meta.url.lastIndexOf('/src/') + '/src/'.length));
const project = new URL(folder.pathname.endsWith('/dist/src/') ? '../../' : '../', folder);

/** The path of a file of the program: in `dist/src` of a build, in `src` where the sources run (in tests). */
export const programFile = (path: string): string => fileURLToPath(new URL(path, folder));

/** The path of a built file of the program, also where the sources run: what another process or a browser reads. */
export const builtFile = (path: string): string => projectFile(`dist/src/${path}`);

/** The path of a file of the project, from the folder that holds package.json. */
export const projectFile = (path: string): string => fileURLToPath(new URL(path, project));
