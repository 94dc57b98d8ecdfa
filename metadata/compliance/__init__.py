"""The package of the ``prowler.compliance`` entry point: the framework's JSON and the attachment.

Prowler imports it at start-up, before it discovers checks; its folder may hold only framework
JSON files, which Prowler lists.
"""

from prowler_bedrock.prowler_adapter.attach import attach

attach()
