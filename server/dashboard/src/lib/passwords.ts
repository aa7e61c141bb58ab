/** How many characters a password needs. */
export const LEAST_CHARACTERS = 12
