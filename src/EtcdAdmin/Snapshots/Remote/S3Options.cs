using EtcdAdmin.Client.Options;

namespace EtcdAdmin.Snapshots.Remote;

/// <summary>How an S3-compatible store is reached.</summary>
public sealed record S3Options
{
    /// <summary>The store's URL, for instance <c>https://minio.example:9000</c>; null is Amazon's.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The region; null is what <c>AWS_REGION</c> or the profile says, else <c>us-east-1</c>, which stores other than Amazon's take.</summary>
    public string? Region { get; init; }

    /// <summary>
    /// Access key and secret key as user name and password; null takes what the AWS tools take: <c>AWS_ACCESS_KEY_ID</c> and
    /// <c>AWS_SECRET_ACCESS_KEY</c>, the profile that <c>AWS_PROFILE</c> names, the machine's own role.
    /// </summary>
    public EtcdCredential? Credential { get; init; }

    /// <summary>Files above this many bytes are sent in parts of as many; at least 5 MiB, S3's own limit.</summary>
    internal long PartSize { get; init; } = 64L << 20;
}
