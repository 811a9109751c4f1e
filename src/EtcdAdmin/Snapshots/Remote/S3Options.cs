using EtcdAdmin.Client.Options;

namespace EtcdAdmin.Snapshots.Remote;

/// <summary>How to reach an S3-compatible store.</summary>
public sealed record S3Options
{
    /// <summary>The store's URL, for example <c>https://minio.example:9000</c>; null for Amazon.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The region. Null: <c>AWS_REGION</c> or the profile, otherwise <c>us-east-1</c>, which stores other than Amazon accept.</summary>
    public string? Region { get; init; }

    /// <summary>
    /// Access key and secret key as user name and password. Null uses the same sources as the AWS tools: <c>AWS_ACCESS_KEY_ID</c> and
    /// <c>AWS_SECRET_ACCESS_KEY</c>, the profile in <c>AWS_PROFILE</c>, the machine's own role.
    /// </summary>
    public EtcdCredential? Credential { get; init; }

    /// <summary>Files larger than this are sent in parts of this size, in bytes; at least 5 MiB, the limit of S3.</summary>
    internal long PartSize { get; init; } = 64L << 20;
}
