// CAN, which makes a terminal forget a sequence that is not over, and is nothing to one that reads none. What we write
// to a terminal that a program may have left in the middle of one begins with it: ESC would end the sequence, and a
// question in it be answered to nobody.

export const CANCEL = '\x18';
