"""The app in one process: the real steps on S3 and DynamoDB in memory, and Bedrock's emulator."""
