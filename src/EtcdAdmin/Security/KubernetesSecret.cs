using System.Text;
using System.Text.RegularExpressions;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Security;

/// <summary>The manifest of a Kubernetes secret with the credentials of a client.</summary>
/// <param name="Name">The name of the secret.</param>
/// <param name="Namespace">Its namespace; null is the one that <c>kubectl</c> uses.</param>
internal sealed partial record KubernetesSecret(string Name, string? Namespace)
{
    /// <summary>The default name.</summary>
    public const string DefaultName = "etcd-credentials";

    /// <summary>Checks the names.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public void Check()
    {
        // A DNS subdomain and a DNS label: RFC 1123, and Kubernetes' "Object Names and IDs".
        if (Name.Length > 253 || !Name.Split('.').All(part => Label().IsMatch(part))) throw Invalid("name of a secret", Name, "253");
        if (Namespace is { } space && !Label().IsMatch(space)) throw Invalid("namespace", space, "63");
    }

    /// <summary>The manifest in YAML.</summary>
    /// <param name="authorityPem">The authority that verifies the members.</param>
    /// <param name="certificatePem">The client's certificate.</param>
    /// <param name="keyPem">Its key.</param>
    /// <param name="endpoints">In the format of ETCDCTL_ENDPOINTS.</param>
    public string Render(string authorityPem, string certificatePem, string keyPem, string endpoints)
    {
        // Quoted, because a name of digits alone would be a number.
        string space = Namespace is null ? "" : $"  namespace: '{Namespace}'\n";
        return $"""
            apiVersion: v1
            kind: Secret
            type: kubernetes.io/tls
            metadata:
              name: '{Name}'
            {space}data:
              ca.crt: {Encode(authorityPem)}
              tls.crt: {Encode(certificatePem)}
              tls.key: {Encode(keyPem)}
              endpoints: {Encode(endpoints)}

            """;
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static EtcdException Invalid(string what, string name, string longest) => new(
        EtcdErrorIds.SpecInvalid, $"'{name}' cannot be the {what} in Kubernetes.")
    {
        Target = name,
        NextStep = $"Use lower-case letters, digits and hyphens, with a letter or digit at both ends, and at most {longest} characters.",
    };

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Label();
}
