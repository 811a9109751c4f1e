using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Security;

/// <summary>The subjects of certificates.</summary>
internal static class SubjectName
{
    /// <summary>X.520's limit (ub-common-name).</summary>
    private const int MaxLength = 64;

    public static X500DistinguishedName For(CertificateSpec spec, byte[] serial)
    {
        if (spec.CommonName is not null) return FromCommonName(spec.CommonName);
        if (spec.Profile is CertificateProfile.Client) return FromCommonName("client-" + Convert.ToHexStringLower(serial[^4..]));
        throw new ArgumentException($"A {spec.Profile} certificate needs a common name: the name of the member.", nameof(spec));
    }

    /// <summary>A common name, or a distinguished name such as <c>CN=prod CA, O=Example</c>.</summary>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static X500DistinguishedName Parse(string subject)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(subject);
        if (!subject.Contains('=', StringComparison.Ordinal)) return FromCommonName(subject);
        try
        {
            return new X500DistinguishedName(subject);
        }
        catch (CryptographicException e)
        {
            throw new ArgumentException($"'{subject}' is not a distinguished name such as 'CN=prod etcd CA, O=Example'.", nameof(subject), e);
        }
    }

    /// <exception cref="ArgumentException">Empty, too long, or with control characters.</exception>
    public static X500DistinguishedName FromCommonName(string commonName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(commonName);
        if (commonName.Length > MaxLength || commonName.Any(char.IsControl))
        {
            throw new ArgumentException(
                $"'{commonName}' cannot be a common name: it must have 1 to {MaxLength} characters and no control characters.",
                nameof(commonName));
        }

        var builder = new X500DistinguishedNameBuilder();
        builder.AddCommonName(commonName);
        return builder.Build();
    }
}
