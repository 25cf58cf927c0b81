/** Version of this package, told to the relay for its logs. */
export const version = '0.1.0';
