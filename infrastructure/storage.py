"""The bucket and the table, which outlive runs and the stack itself."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infrastructure.encryption import Encryption
from infrastructure.nag_suppressions import suppress, suppress_wildcards
from lambdas.contract import INTERMEDIATE_TAG, RUNS, Table

_NO_ACCESS_LOG = (
    "CloudTrail's data events record who touched which object, by caller and reliably; server"
    " access logs are best-effort and need a second bucket that must be kept and emptied"
)


class Storage(Construct):
    """A bucket of datasets, samples and reports, and a table of runs and answers."""

    def __init__(self, scope: Construct, id_: str, *, keep_intermediates: Duration) -> None:
        super().__init__(scope, id_)
        self.bucket = self._bucket(keep_intermediates)
        self.table = self._table()

    def grant_read(self, role: iam.IRole, pattern: str) -> None:
        """Allow a function to read the objects whose keys match a pattern."""
        self._grant(role, "s3:GetObject", self.bucket.arn_for_objects(pattern))
        Encryption.of(self).grant(role, "Decrypt", via="s3")

    def grant_write(self, role: iam.IRole) -> None:
        """Allow a function to write objects of runs."""
        self._grant(role, "s3:PutObject", self.bucket.arn_for_objects(f"{RUNS}*"))
        # To complete a multipart upload, S3 reads its parts again.
        Encryption.of(self).grant(role, "Decrypt", "GenerateDataKey", via="s3")

    def grant_expire(self, role: iam.IRole) -> None:
        """Allow a function to tag intermediates of runs, so that they expire."""
        self._grant(role, "s3:PutObjectTagging", self.bucket.arn_for_objects(f"{RUNS}*/waves/*"))

    def grant_list(self, role: iam.IRole) -> None:
        """Allow a function to list objects of runs, and no others."""
        below_runs = {"StringLike": {"s3:prefix": f"{RUNS}*"}}
        self._grant(role, "s3:ListBucket", self.bucket.bucket_arn, conditions=below_runs)

    def grant_entries(self, role: iam.IRole, *actions: str) -> None:
        """Allow a function these actions on the table, but not on its index."""
        for action in actions:
            self._grant(role, f"dynamodb:{action}", self.table.table_arn)
        # DynamoDB decrypts the table's key as the caller, and does the rest by grants of its own
        # ("DynamoDB encryption at rest usage notes" of its developer guide).
        Encryption.of(self).grant(role, "Decrypt", via="dynamodb")

    @staticmethod
    def _grant(
        role: iam.IRole,
        action: str,
        arn: str,
        *,
        conditions: dict[str, dict[str, str]] | None = None,
    ) -> None:
        iam.Grant.add_to_principal(
            grantee=role, actions=[action], resource_arns=[arn], conditions=conditions
        )
        suppress_wildcards(
            role, [arn], "A run names its keys, and a dataset may lie anywhere in the bucket"
        )

    def _bucket(self, keep_intermediates: Duration) -> s3.Bucket:
        key = Encryption.of(self).key
        bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.KMS if key else s3.BucketEncryption.S3_MANAGED,
            encryption_key=key,
            # One call of KMS for many objects, instead of one for each.
            bucket_key_enabled=True if key else None,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            versioned=True,
            removal_policy=RemovalPolicy.RETAIN,
            lifecycle_rules=_lifecycle_rules(keep_intermediates),
        )
        _send_events(bucket)
        suppress(bucket, "S1", _NO_ACCESS_LOG)
        return bucket

    def _table(self) -> dynamodb.Table:
        text = dynamodb.AttributeType.STRING
        key = Encryption.of(self).key
        table = dynamodb.Table(
            self,
            "Table",
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED if key else None,
            encryption_key=key,
            partition_key=dynamodb.Attribute(name=Table.PARTITION, type=text),
            sort_key=dynamodb.Attribute(name=Table.SORT, type=text),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            removal_policy=RemovalPolicy.RETAIN,
        )
        # Only a run's own entry has the index's key, so a full copy of it is small.
        table.add_global_secondary_index(
            index_name=Table.INDEX,
            partition_key=dynamodb.Attribute(name=Table.INDEX_PARTITION, type=text),
            sort_key=dynamodb.Attribute(name=Table.INDEX_SORT, type=text),
            projection_type=dynamodb.ProjectionType.ALL,
        )
        return table


def _lifecycle_rules(keep_intermediates: Duration) -> list[s3.LifecycleRule]:
    return [
        s3.LifecycleRule(
            id="incomplete-uploads",
            abort_incomplete_multipart_upload_after=Duration.days(7),
        ),
        # Collect sets the tag: docs/decisions/0002-lifecycle.md says why.
        s3.LifecycleRule(
            id="intermediates",
            prefix=RUNS,
            tag_filters=INTERMEDIATE_TAG,
            expiration=keep_intermediates,
            # Expiry only hides an object of a versioned bucket; this frees its bytes.
            noncurrent_version_expiration=Duration.days(1),
        ),
        s3.LifecycleRule(id="markers", expired_object_delete_marker=True),
    ]


def _send_events(bucket: s3.Bucket) -> None:
    """Have the bucket send its events to EventBridge.

    `event_bridge_enabled=True` would need a custom resource and its Lambda function.
    """
    resource = bucket.node.default_child
    if not isinstance(resource, s3.CfnBucket):
        raise TypeError(f"the bucket's default child is {resource!r}, must be an AWS::S3::Bucket")
    resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
        event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
            event_bridge_enabled=True
        )
    )
