variable "log_group_name" {
  description = "CloudWatch log group for model invocation logs."
  type        = string
  default     = "/aws/bedrock/modelinvocations"
}

variable "retention_in_days" {
  description = "How long the log group keeps logs, in days."
  type        = number
  default     = 365

  validation {
    condition     = var.retention_in_days >= 365
    error_message = "Keep model invocation logs for at least 365 days."
  }
}

variable "bucket_name" {
  description = "S3 bucket to create as a second destination, and for data over 100 KB; null for none."
  type        = string
  default     = null
}

variable "key_prefix" {
  description = "Prefix of the objects in the bucket."
  type        = string
  default     = "bedrock"

  validation {
    condition     = can(regex("^[^/\\x00-\\x1f\\x7f{}]([^\\x00-\\x1f\\x7f{}]{0,510}[^/\\x00-\\x1f\\x7f{}])?$", var.key_prefix))
    error_message = "Give 1 to 512 characters that neither begin nor end with a slash, no control characters and no braces."
  }
}
