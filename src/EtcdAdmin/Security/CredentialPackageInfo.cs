namespace EtcdAdmin.Security;

/// <summary>Credentials that were written.</summary>
/// <param name="Path">The full path of the file.</param>
/// <param name="Sha256">SHA-256 of the file, lower-case hexadecimal.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Subject">The client certificate's distinguished name, for instance <c>CN=app</c>.</param>
/// <param name="NotAfter">When the client certificate expires.</param>
/// <param name="Endpoints">The client URLs in the package.</param>
public sealed record CredentialPackageInfo(
    string Path, string Sha256, long Size, string Subject, DateTimeOffset NotAfter, IReadOnlyList<Uri> Endpoints);
