namespace EtcdAdmin.Security;

/// <summary>A new certificate authority.</summary>
public sealed record AuthoritySpec
{
    /// <summary>A common name of 1 to 64 characters, for instance <c>prod etcd CA</c>, or a distinguished name such as
    /// <c>CN=prod etcd CA, O=Example</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>The type of its key.</summary>
    public KeyAlgorithm KeyAlgorithm { get; init; } = KeyAlgorithm.EcdsaP256;

    /// <summary>The lifetime from now on; more than zero.</summary>
    public TimeSpan Validity { get; init; } = CertificateAuthority.DefaultValidity;

    /// <summary>Whether it may issue authorities below it, which may issue only certificates. Otherwise nobody trusts such authorities.</summary>
    public bool AllowsIntermediate { get; init; }

    /// <summary>How far the start of the validity is dated back, for hosts with slow clocks; not negative.</summary>
    public TimeSpan Backdate { get; init; } = CertificateAuthority.ClockSkew;
}
