/**
 * Text that Terraform must hand on as it is. In its configuration `${` and `%{` begin templates; shell scripts and
 * workflow definitions mean something else by them.
 */
export function literal(text: string): string {
  return text.replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
}
