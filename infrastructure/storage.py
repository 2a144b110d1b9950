"""What outlives a run, and the stack: the bucket and the table."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infrastructure.accepted import accept, accept_wildcards
from infrastructure.encryption import Encryption
from lambdas.contract import INTERMEDIATE_TAG, RUNS, Table

_NO_ACCESS_LOG = (
    "Who touched which object is what CloudTrail's data events record, by caller and reliably;"
    " server access logs are best-effort and need a second bucket to be kept and emptied"
)


class Storage(Construct):
    """A bucket of question sets, samples and results, and a table of runs and answers."""

    def __init__(self, scope: Construct, id_: str, *, keep_intermediates: Duration) -> None:
        super().__init__(scope, id_)
        self.bucket = self._bucket(keep_intermediates)
        self.table = self._table()

    def grant_read(self, role: iam.IRole, pattern: str) -> None:
        """Let a function read the objects whose keys fit a pattern."""
        self._grant(role, "s3:GetObject", self.bucket.arn_for_objects(pattern))
        Encryption.of(self).grant(role, "Decrypt", via="s3")

    def grant_write(self, role: iam.IRole) -> None:
        """Let a function write objects of runs; a wildcard, because a run names its keys."""
        self._grant(role, "s3:PutObject", self.bucket.arn_for_objects(f"{RUNS}*"))
        # S3 reads the parts of a multipart upload again when it completes it.
        Encryption.of(self).grant(role, "Decrypt", "GenerateDataKey", via="s3")

    def grant_expire(self, role: iam.IRole) -> None:
        """Let a function mark intermediates of runs for expiry."""
        self._grant(role, "s3:PutObjectTagging", self.bucket.arn_for_objects(f"{RUNS}*/waves/*"))

    def grant_list(self, role: iam.IRole) -> None:
        """Let a function list the objects of runs, and no others."""
        below_runs = {"StringLike": {"s3:prefix": f"{RUNS}*"}}
        self._grant(role, "s3:ListBucket", self.bucket.bucket_arn, conditions=below_runs)

    def grant_entries(self, role: iam.IRole, *actions: str) -> None:
        """Let a function use the table itself, not its index, with these actions."""
        for action in actions:
            self._grant(role, f"dynamodb:{action}", self.table.table_arn)
        # On the caller's behalf DynamoDB decrypts the table's key; the rest it does by grants
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
        accept_wildcards(
            role, [arn], "A run names its keys, and a question set may lie anywhere in the bucket"
        )

    def _bucket(self, keep_intermediates: Duration) -> s3.Bucket:
        key = Encryption.of(self).key
        bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.KMS if key else s3.BucketEncryption.S3_MANAGED,
            encryption_key=key,
            # One call of KMS for many objects, not one for each.
            bucket_key_enabled=True if key else None,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            versioned=True,
            removal_policy=RemovalPolicy.RETAIN,
            lifecycle_rules=_lifecycle(keep_intermediates),
        )
        _send_events(bucket)
        accept(bucket, "S1", _NO_ACCESS_LOG)
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
        # Only the entry of a run itself carries the index's key, so a whole copy is a small one.
        table.add_global_secondary_index(
            index_name=Table.INDEX,
            partition_key=dynamodb.Attribute(name=Table.INDEX_PARTITION, type=text),
            sort_key=dynamodb.Attribute(name=Table.INDEX_SORT, type=text),
            projection_type=dynamodb.ProjectionType.ALL,
        )
        return table


def _lifecycle(keep_intermediates: Duration) -> list[s3.LifecycleRule]:
    return [
        s3.LifecycleRule(
            id="incomplete-uploads",
            abort_incomplete_multipart_upload_after=Duration.days(7),
        ),
        # By a tag that Collect sets: docs/decisions/0002-lifecycle.md says why.
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
    """Have the bucket tell EventBridge of its objects.

    `event_bridge_enabled=True` would do it through a custom resource and its Lambda function.
    """
    resource = bucket.node.default_child
    if not isinstance(resource, s3.CfnBucket):
        raise TypeError(f"the bucket's default child is {resource!r}, must be an AWS::S3::Bucket")
    resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
        event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
            event_bridge_enabled=True
        )
    )
