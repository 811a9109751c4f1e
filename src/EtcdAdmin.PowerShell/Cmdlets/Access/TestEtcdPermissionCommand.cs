using System.Management.Automation;
using EtcdAdmin.Access;
using EtcdAdmin.Client.Records;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.PowerShell.Completion;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>
/// Says whether the roles of a user allow it to read or write a key, or all keys with a prefix, and why. No key is read or written. It also works
/// while authentication is off, so that you can see beforehand what users will be allowed. With authentication on, your own user needs the role root.
/// </summary>
/// <example>
/// <code>Test-EtcdPermission prod -User app -Key /app/config</code>
/// <para>May the user app write this key?</para>
/// </example>
/// <example>
/// <code>Test-EtcdPermission prod -User app -Prefix /app/ -Access ReadWrite</code>
/// <para>May it read and write all keys with this prefix?</para>
/// </example>
/// <example>
/// <code>if (-not (Test-EtcdPermission prod -User backup -Prefix '' -Access Read).Allowed) { 'backup may not read all keys' }</code>
/// <para>Uses the answer in a script.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "EtcdPermission", DefaultParameterSetName = "Key")]
[OutputType(typeof(EtcdPermissionTest))]
public sealed class TestEtcdPermissionCommand : ClustersCmdlet<EtcdPermissionTest>
{
    /// <summary>The cluster: an object, or the name of a saved cluster.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClusterNameCompleter))]
    public ClusterReference Cluster { get; set; } = null!; // mandatory

    /// <summary>The user.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    public string User { get; set; } = null!; // mandatory

    /// <summary>The key.</summary>
    [Parameter(Mandatory = true, Position = 2, ParameterSetName = "Key")]
    [ValidateNotNull]
    [Bytes]
    public BytesArgument Key { get; set; } = null!; // mandatory

    /// <summary>All keys with this prefix; an empty prefix is all keys.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Prefix")]
    [ValidateNotNull]
    [Bytes]
    public BytesArgument Prefix { get; set; } = null!; // mandatory

    /// <summary>What the user wants to do: Read, Write or ReadWrite. Default: Write, which includes deleting.</summary>
    [Parameter]
    public PermissionType Access { get; set; } = PermissionType.Write;

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken stop)
    {
        KeyRange range = ParameterSetName == "Prefix" ? KeyRange.Prefix(Prefix.Bytes) : KeyRange.Key(Key.Bytes);
        string user = User;
        return AskAsync(Cluster, (cluster, token) => AccessReader.TestAsync(cluster, user, Access, range, token), stop);
    }

    private protected override Task ShowAsync(EtcdPermissionTest found) => WriteAsync(found);
}
