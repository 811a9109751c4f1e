using System.Management.Automation;
using EtcdAdmin.Client.Options;

namespace EtcdAdmin.PowerShell.Arguments;

/// <summary>Converts PowerShell's credentials to those of the core.</summary>
internal static class CredentialConversion
{
    /// <summary>The user and password as the core takes them; null stays null.</summary>
    public static EtcdCredential? ToEtcdCredential(this PSCredential? credential) =>
        credential is null ? null : new EtcdCredential(credential.UserName, credential.GetNetworkCredential().Password);
}
