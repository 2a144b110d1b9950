"""What outlives a run, and the stack: the bucket and the table."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from lambdas.contract import INTERMEDIATE_TAG, RUNS, Table


class Storage(Construct):
    """A bucket of question sets, samples and results, and a table of runs and answers."""

    def __init__(self, scope: Construct, id_: str, *, keep_intermediates: Duration) -> None:
        super().__init__(scope, id_)
        self.bucket = self._bucket(keep_intermediates)
        self.table = self._table()

    def grant_read(self, grantee: iam.IGrantable, pattern: str) -> None:
        """Let a function read the objects whose keys fit a pattern."""
        self._grant(grantee, "s3:GetObject", self.bucket.arn_for_objects(pattern))

    def grant_write(self, grantee: iam.IGrantable) -> None:
        """Let a function write objects of runs; a wildcard, because a run names its keys."""
        self._grant(grantee, "s3:PutObject", self.bucket.arn_for_objects(f"{RUNS}*"))

    def grant_expire(self, grantee: iam.IGrantable) -> None:
        """Let a function mark intermediates of runs for expiry."""
        self._grant(grantee, "s3:PutObjectTagging", self.bucket.arn_for_objects(f"{RUNS}*/waves/*"))

    def grant_list(self, grantee: iam.IGrantable) -> None:
        """Let a function list the objects of runs, and no others."""
        below_runs = {"StringLike": {"s3:prefix": f"{RUNS}*"}}
        self._grant(grantee, "s3:ListBucket", self.bucket.bucket_arn, conditions=below_runs)

    def grant_entries(self, grantee: iam.IGrantable, *actions: str) -> None:
        """Let a function use the table itself, not its index, with these actions."""
        for action in actions:
            self._grant(grantee, f"dynamodb:{action}", self.table.table_arn)

    @staticmethod
    def _grant(
        grantee: iam.IGrantable,
        action: str,
        arn: str,
        *,
        conditions: dict[str, dict[str, str]] | None = None,
    ) -> None:
        iam.Grant.add_to_principal(
            grantee=grantee, actions=[action], resource_arns=[arn], conditions=conditions
        )

    def _bucket(self, keep_intermediates: Duration) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            versioned=True,
            removal_policy=RemovalPolicy.RETAIN,
            lifecycle_rules=[
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
            ],
        )
        _send_events(bucket)
        return bucket

    def _table(self) -> dynamodb.Table:
        text = dynamodb.AttributeType.STRING
        table = dynamodb.Table(
            self,
            "Table",
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
