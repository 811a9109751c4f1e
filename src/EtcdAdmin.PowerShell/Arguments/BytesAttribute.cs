using System.Management.Automation;

namespace EtcdAdmin.PowerShell.Arguments;

/// <summary>Lets an array of bytes be given for one <see cref="BytesArgument"/>: by itself PowerShell gives arrays to arrays only.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BytesAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is byte[] bytes ? new BytesArgument(bytes) : inputData;
}
