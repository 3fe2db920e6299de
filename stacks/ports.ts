/** TCP port that Kafka's clients connect to, TLS with SCRAM. */
export const kafkaPort = 9092;
/** Port of a program's /livez, /readyz and /metrics on its machine. */
export const healthPort = 8081;
/** Port of the page in its container. */
export const pagePort = 8080;
/** SSH, from Identity-Aware Proxy's range only. */
export const sshPort = 22;

/** Where Google's health checkers come from. */
export const healthCheckerRanges = ['35.191.0.0/16', '130.211.0.0/22'] as const;
/** Where Identity-Aware Proxy's TCP forwarding comes from. */
export const iapForwardingRanges = ['35.235.240.0/20'] as const;
