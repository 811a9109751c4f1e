using System.Management.Automation;

namespace EtcdAdmin.PowerShell.Arguments;

/// <summary>
/// Accepts a byte array as one <see cref="BytesArgument"/>. Without this attribute, PowerShell binds arrays to arrays only.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BytesAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is byte[] bytes ? new BytesArgument(bytes) : inputData;
}
