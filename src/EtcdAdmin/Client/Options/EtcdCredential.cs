namespace EtcdAdmin.Client.Options;

/// <summary>A user of the cluster and its password.</summary>
/// <param name="UserName">For instance <c>root</c>.</param>
/// <param name="Password">Sent to the cluster in exchange for a token; never printed.</param>
public sealed record EtcdCredential(string UserName, string Password)
{
    /// <summary>The user name alone.</summary>
    public override string ToString() => UserName;
}
