output "log_group_arn" {
  description = "ARN of the log group."
  value       = aws_cloudwatch_log_group.this.arn
}

output "role_arn" {
  description = "ARN of the role that Bedrock assumes."
  value       = aws_iam_role.delivery.arn
}
