//! A model file: what it says of itself, and its tensors, checked for their shapes.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use candle_core::quantized::ggml_file::qtensor_from_ggml;
use candle_core::quantized::gguf_file::{Content, Value};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Result, Tensor, bail};

/// A GGUF file that is open.
pub(crate) struct ModelFile {
    content: Content,
    file: BufReader<File>,
    architecture: String,
}

impl ModelFile {
    pub(crate) fn open(path: &Path) -> Result<ModelFile> {
        let mut file = BufReader::new(File::open(path)?);
        let content = Content::read(&mut file)?;
        let architecture = match content.metadata.get("general.architecture") {
            Some(value) => value.to_string()?.clone(),
            None => bail!("does not name its architecture"),
        };
        Ok(ModelFile { content, file, architecture })
    }

    pub(crate) fn architecture(&self) -> &str {
        &self.architecture
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.content.metadata.get(&format!("{}.{name}", self.architecture))
    }

    /// A number that the file says of the architecture, if it does.
    pub(crate) fn count_if_any(&self, name: &str) -> Result<Option<usize>> {
        self.value(name).map(|value| Ok(value.to_u64()? as usize)).transpose()
    }

    /// A number above 0 that the file must say of the architecture.
    pub(crate) fn count(&self, name: &str) -> Result<usize> {
        match self.count_if_any(name)? {
            Some(count) if count > 0 => Ok(count),
            _ => bail!("does not say its {name}"),
        }
    }

    /// A fraction that the file may say of the architecture.
    pub(crate) fn fraction(&self, name: &str) -> Result<Option<f32>> {
        self.value(name).map(Value::to_f32).transpose()
    }

    /// A word that the file may say of the architecture.
    pub(crate) fn word(&self, name: &str) -> Result<Option<&str>> {
        self.value(name).map(|value| Ok(value.to_string()?.as_str())).transpose()
    }

    /// Whether the file says that texts of its model stand without a mark of a beginning.
    pub(crate) fn has_no_beginning(&self) -> bool {
        let adds = self.content.metadata.get("tokenizer.ggml.add_bos_token");
        adds.is_some_and(|adds| adds.to_bool().is_ok_and(|adds| !adds))
    }

    /// The shape of a tensor.
    pub(crate) fn shape(&self, tensor: &str) -> Option<&[usize]> {
        self.content.tensor_infos.get(tensor).map(|info| info.shape.dims())
    }

    /// A tensor of this shape, as it is stored.
    pub(crate) fn tensor(&mut self, name: &str, shape: &[usize]) -> Result<QTensor> {
        match self.shape(name) {
            None => bail!("has no {name}"),
            Some(found) if found != shape => bail!("{name} has the shape {found:?}, not {shape:?}"),
            Some(_) => self.content.tensor(&mut self.file, name, &Device::Cpu),
        }
    }

    /// A tensor of this shape, as numbers.
    pub(crate) fn numbers(&mut self, name: &str, shape: &[usize]) -> Result<Tensor> {
        self.tensor(name, shape)?.dequantize(&Device::Cpu)
    }
}

/// A table with a row for each token, which stays as it is stored: it is most of a small model.
pub(crate) struct Rows {
    bytes: Vec<u8>,
    kind: GgmlDType,
    pub(crate) count: usize,
    columns: usize,
}

impl Rows {
    pub(crate) fn new(table: &QTensor) -> Result<Rows> {
        let (count, columns) = table.shape().dims2()?;
        if columns % table.dtype().block_size() != 0 {
            bail!("a row of a table is no whole number of blocks");
        }
        Ok(Rows { bytes: table.data()?.into_owned(), kind: table.dtype(), count, columns })
    }

    fn bytes_of_row(&self) -> usize {
        self.columns / self.kind.block_size() * self.kind.type_size()
    }

    /// Some rows, by number.
    pub(crate) fn of(&self, numbers: &[u32]) -> Result<Tensor> {
        let size = self.bytes_of_row();
        let mut bytes = Vec::with_capacity(numbers.len() * size);
        for &number in numbers {
            match self.bytes.get(number as usize * size..(number as usize + 1) * size) {
                Some(row) => bytes.extend_from_slice(row),
                None => bail!("there is no token {number}"),
            }
        }
        qtensor_from_ggml(self.kind, &bytes, vec![numbers.len(), self.columns], &Device::Cpu)?.dequantize(&Device::Cpu)
    }

    /// The rows from one to before another.
    pub(crate) fn between(&self, from: usize, to: usize) -> Result<Tensor> {
        let size = self.bytes_of_row();
        let bytes = &self.bytes[from * size..to * size];
        qtensor_from_ggml(self.kind, bytes, vec![to - from, self.columns], &Device::Cpu)?.dequantize(&Device::Cpu)
    }
}
