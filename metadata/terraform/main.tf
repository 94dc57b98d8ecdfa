# One configuration per account and Region: declare this module once in each Region.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account    = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  source_arn = "arn:${local.partition}:bedrock:${data.aws_region.current.id}:${local.account}:*"
  buckets    = toset(var.bucket_name == null ? [] : [var.bucket_name])
  # What does not fit into a log event lies beside the logs.
  large_data_prefix = "${var.key_prefix}/large-data"
}

resource "aws_cloudwatch_log_group" "this" {
  name              = var.log_group_name
  retention_in_days = var.retention_in_days
  skip_destroy      = true # the logs outlive this configuration
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["bedrock.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = [local.source_arn]
    }
  }
}

data "aws_iam_policy_document" "write" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:log-stream:aws/bedrock/modelinvocations"]
  }
}

resource "aws_iam_role" "delivery" {
  name_prefix        = "BedrockModelInvocationLogging-"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "delivery" {
  name   = "WriteModelInvocationLogs"
  role   = aws_iam_role.delivery.id
  policy = data.aws_iam_policy_document.write.json
}

resource "aws_bedrock_model_invocation_logging_configuration" "this" {
  depends_on = [
    aws_iam_role_policy.delivery,
    aws_s3_bucket_ownership_controls.logs,
    aws_s3_bucket_policy.logs,
  ]

  logging_config {
    text_data_delivery_enabled      = true
    image_data_delivery_enabled     = true
    embedding_data_delivery_enabled = true
    video_data_delivery_enabled     = true

    cloudwatch_config {
      log_group_name = aws_cloudwatch_log_group.this.name
      role_arn       = aws_iam_role.delivery.arn

      dynamic "large_data_delivery_s3_config" {
        for_each = local.buckets
        content {
          bucket_name = aws_s3_bucket.logs[large_data_delivery_s3_config.key].id
          key_prefix  = local.large_data_prefix
        }
      }
    }

    dynamic "s3_config" {
      for_each = local.buckets
      content {
        bucket_name = aws_s3_bucket.logs[s3_config.key].id
        key_prefix  = var.key_prefix
      }
    }
  }
}
