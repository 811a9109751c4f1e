namespace EtcdAdmin.Provisioning;

/// <summary>Certificates of an authority whose key is elsewhere.</summary>
/// <param name="AuthorityFile">The file with the root authority that members and clients will trust; PEM, DER or PKCS#12.</param>
/// <param name="Folder">The folder with the certificates and keys: for member n1 <c>n1-server</c> and <c>n1-peer</c>, for the operator
/// <c>client-root</c> (the common name of the present certificate), each <c>.crt</c> and <c>.key</c>.</param>
public sealed record SignedRequest(string AuthorityFile, string Folder);
