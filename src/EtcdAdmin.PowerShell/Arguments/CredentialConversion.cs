using System.Management.Automation;
using EtcdAdmin.Client.Options;

namespace EtcdAdmin.PowerShell.Arguments;

/// <summary>The border at which PowerShell's credentials become the core's.</summary>
internal static class CredentialConversion
{
    /// <summary>User and password as etcd takes them; null stays null.</summary>
    public static EtcdCredential? ToEtcdCredential(this PSCredential? credential) =>
        credential is null ? null : new EtcdCredential(credential.UserName, credential.GetNetworkCredential().Password);
}
