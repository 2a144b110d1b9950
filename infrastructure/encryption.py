"""The customer's own KMS key, if there is one, that encrypts everything at rest."""

from typing import Self

from aws_cdk import Aws, CfnRule, CfnRuleAssertion, Fn, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

_ID = "Encryption"


class Encryption(Construct):
    """An existing key; without one AWS's own keys are used, which need no grants.

    The stack cannot change the policy of an existing key. docs/decisions/0020 says what that
    policy must allow.
    """

    def __init__(self, scope: Stack, *, key_arn: str | None) -> None:
        super().__init__(scope, _ID)
        self.key = kms.Key.from_key_arn(self, "Key", key_arn) if key_arn else None
        if key_arn:
            self._require_own_account_and_region(key_arn)

    @classmethod
    def of(cls, scope: Construct) -> Self:
        """Return the encryption of a construct's stack.

        Raises:
            LookupError: the stack has none yet.
        """
        found = Stack.of(scope).node.try_find_child(_ID)
        if not isinstance(found, cls):
            raise LookupError(f"{scope.node.path} is in a stack without {_ID}; create it first")
        return found

    def grant(self, grantee: iam.IGrantable, *actions: str, via: str) -> None:
        """Allow a role these actions with the key, through one AWS service only.

        `kms.Key.grant` would change the key's policy and would not be limited to a service.
        """
        if self.key is None:
            return
        service = f"{via}.{Aws.REGION}.{Aws.URL_SUFFIX}"
        for action in actions:
            iam.Grant.add_to_principal(
                grantee=grantee,
                actions=[f"kms:{action}"],
                resource_arns=[self.key.key_arn],
                conditions={"StringEquals": {"kms:ViaService": service}},
            )

    def _require_own_account_and_region(self, key_arn: str) -> None:
        """Have CloudFormation refuse a key that cannot encrypt the bucket and the table.

        One template serves every account and Region, so synthesis cannot check this.
        """
        *_, region, account, _ = key_arn.split(":")
        equal = (
            Fn.condition_equals(region, Aws.REGION),
            Fn.condition_equals(account, Aws.ACCOUNT_ID),
        )
        CfnRule(
            self,
            "KeyIsHere",
            assertions=[
                CfnRuleAssertion(
                    assert_=condition,
                    assert_description=f"kms_key_arn is {key_arn}, must be a key of the account"
                    " and Region that the stack is deployed to",
                )
                for condition in equal
            ],
        )
