resource "aws_s3_bucket" "logs" {
  for_each = local.buckets
  bucket   = each.value

  lifecycle {
    # S3 refuses to delete a bucket that holds logs, but only after its policy, encryption and public
    # access block are gone.
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_public_access_block" "logs" {
  for_each                = local.buckets
  bucket                  = aws_s3_bucket.logs[each.key].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "logs" {
  for_each = local.buckets
  bucket   = aws_s3_bucket.logs[each.key].id

  rule {
    object_ownership = "BucketOwnerEnforced" # Bedrock delivers to buckets without ACLs only
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
  for_each = local.buckets
  bucket   = aws_s3_bucket.logs[each.key].id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_versioning" "logs" {
  for_each = local.buckets
  bucket   = aws_s3_bucket.logs[each.key].id

  versioning_configuration {
    status = "Enabled"
  }
}

data "aws_iam_policy_document" "bucket" {
  for_each = local.buckets

  statement {
    sid     = "DeliverModelInvocationLogs"
    actions = ["s3:PutObject"]
    resources = [
      for prefix in [var.key_prefix, local.large_data_prefix] :
      "${aws_s3_bucket.logs[each.key].arn}/${prefix}/AWSLogs/${local.account}/BedrockModelInvocationLogs/*"
    ]

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

  statement {
    sid       = "RefusePlainHttp"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.logs[each.key].arn, "${aws_s3_bucket.logs[each.key].arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "logs" {
  for_each   = local.buckets
  depends_on = [aws_s3_bucket_public_access_block.logs]
  bucket     = aws_s3_bucket.logs[each.key].id
  policy     = data.aws_iam_policy_document.bucket[each.key].json
}
