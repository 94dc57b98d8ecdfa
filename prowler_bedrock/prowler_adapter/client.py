"""The one instance of the service class in a Prowler run, as each Prowler service has it."""

from prowler.providers.common.provider import Provider

from prowler_bedrock.prowler_adapter.service import BedrockModelInvocationLogging

client = BedrockModelInvocationLogging(Provider.get_global_provider())
