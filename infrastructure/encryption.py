"""The key of the customer's own that everything at rest is encrypted with, if there is one."""

from typing import Self

from aws_cdk import Aws, CfnRule, CfnRuleAssertion, Fn, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

_ID = "Encryption"


class Encryption(Construct):
    """An existing key, or none: then AWS's own keys are used, which need no grants.

    The policy of an existing key is not the stack's to change; docs/decisions/0020 has what it
    must say.
    """

    def __init__(self, scope: Stack, *, key_arn: str | None) -> None:
        super().__init__(scope, _ID)
        self.key = kms.Key.from_key_arn(self, "Key", key_arn) if key_arn else None
        if key_arn:
            self._refuse_elsewhere(key_arn)

    @classmethod
    def of(cls, scope: Construct) -> Self:
        """Return what the stack of a construct encrypts with.

        Raises:
            LookupError: the stack has not said yet.
        """
        found = Stack.of(scope).node.try_find_child(_ID)
        if not isinstance(found, cls):
            raise LookupError(f"{scope.node.path} is in a stack without {_ID}; create it first")
        return found

    def grant(self, grantee: iam.IGrantable, *actions: str, via: str) -> None:
        """Let a role use the key, if there is one, through a service and not by itself.

        The key's resource policy is left alone; `kms.Key.grant` would also give the whole key.
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

    def _refuse_elsewhere(self, key_arn: str) -> None:
        """Have CloudFormation refuse a key that bucket and table could not be encrypted with.

        One template serves every account and Region, so that it cannot be refused before.
        """
        *_, region, account, _ = key_arn.split(":")
        here = (
            Fn.condition_equals(region, Aws.REGION),
            Fn.condition_equals(account, Aws.ACCOUNT_ID),
        )
        CfnRule(
            self,
            "KeyIsHere",
            assertions=[
                CfnRuleAssertion(
                    assert_=equal,
                    assert_description=f"kms_key_arn is {key_arn}, must be a key of the account"
                    " and Region that the stack is deployed to",
                )
                for equal in here
            ],
        )
