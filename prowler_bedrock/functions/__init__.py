"""What the Lambda functions of the automation and of the sweep share."""
