/** By what a page in a browser is let in, told in this header of whatever its server answers. */
export const opensWith = 'gangway-opens-with'

/** The link printed at the start, which carries its secret, or a password for pages beyond one computer. */
export type OpensWith = 'link' | 'password'
