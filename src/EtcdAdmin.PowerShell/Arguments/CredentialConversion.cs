using System.Management.Automation;
using System.Net;
using System.Security;
using EtcdAdmin.Client.Options;

namespace EtcdAdmin.PowerShell.Arguments;

/// <summary>Converts PowerShell's credentials and secrets to those of the core.</summary>
internal static class CredentialConversion
{
    /// <summary>The user and password as the core takes them; null stays null.</summary>
    public static EtcdCredential? ToEtcdCredential(this PSCredential? credential) =>
        credential is null ? null : new EtcdCredential(credential.UserName, credential.GetNetworkCredential().Password);

    /// <summary>The secret as the core takes it; null stays null.</summary>
    public static string? ToPlainText(this SecureString? secret) => secret is null ? null : new NetworkCredential("", secret).Password;
}
