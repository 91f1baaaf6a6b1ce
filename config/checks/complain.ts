/** How a check tells what is wrong: where, and a sentence that follows the key's name. */
export type Complain = (path: (string | number)[], message: string) => void;
