using EtcdAdmin.Errors;
using EtcdAdmin.Security;

namespace EtcdAdmin.Clusters.Connecting;

/// <summary>The credentials to issue, and the file for them.</summary>
/// <remarks><see cref="ToString"/> does not print the password.</remarks>
public sealed record CredentialRequest
{
    /// <summary>The certificate's common name, which is the etcd user if authentication is on; null generates one.</summary>
    public string? UserName { get; init; }

    /// <summary>The lifetime of the certificate, not longer than the authority's. Null is a year, or less if the authority expires before.</summary>
    public TimeSpan? Validity { get; init; }

    /// <summary>The type of the new key.</summary>
    public KeyAlgorithm KeyAlgorithm { get; init; } = KeyAlgorithm.EcdsaP256;

    /// <summary>The kind of file.</summary>
    public CredentialFormat Format { get; init; } = CredentialFormat.Archive;

    /// <summary>The password of a PKCS#12 file, which needs one.</summary>
    public string? Password { get; init; }

    /// <summary>The algorithms of a PKCS#12 file.</summary>
    public Pkcs12Encryption Encryption { get; init; } = Pkcs12Encryption.Modern;

    /// <summary>The name of a Kubernetes secret; null is <c>etcd-credentials</c>.</summary>
    public string? SecretName { get; init; }

    /// <summary>The namespace of a Kubernetes secret; null is the one that <c>kubectl</c> uses.</summary>
    public string? Namespace { get; init; }

    /// <summary>Replaces an existing file.</summary>
    public bool Overwrite { get; init; }

    internal KubernetesSecret Secret => new(SecretName ?? KubernetesSecret.DefaultName, Namespace);

    /// <inheritdoc/>
    public override string ToString() => $"{Format} for {UserName ?? "a generated name"}";

    /// <summary>Checks the request, before a certificate is issued.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public void Check()
    {
        switch (Format)
        {
            case CredentialFormat.Pkcs12 when string.IsNullOrEmpty(Password):
                throw new EtcdException(EtcdErrorIds.SpecInvalid, "A PKCS#12 file needs a password, which encrypts its private key.")
                {
                    NextStep = "Supply -Password, for instance (Read-Host -AsSecureString).",
                };
            case CredentialFormat.Archive or CredentialFormat.KubernetesSecret when Password is not null:
                throw new EtcdException(EtcdErrorIds.SpecInvalid, $"A file of the format {Format} has no password; its key is not encrypted.")
                {
                    NextStep = "Leave out -Password and keep the file secret, or use -Format Pkcs12.",
                };
            case CredentialFormat.KubernetesSecret:
                Secret.Check();
                break;
            case CredentialFormat.Archive or CredentialFormat.Pkcs12:
                break;
            default:
                throw new InvalidOperationException($"Unknown format {Format}.");
        }
    }
}
